"""What is computed and shown: analysis, figures, the point cloud, and the Streamlit shelf above them."""
